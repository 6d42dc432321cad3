"""What care systems ask: `/api/v1/`, for those that prove who they are, about persons who are not protected."""
