// An OpenID Connect provider for the tests: a button for each person.
// node provider.mjs PORT REDIRECT_URI BACKCHANNEL_URI SECRET NUMBER NAME [NUMBER NAME]...; prints "ready" when it answers.
import Provider from 'oidc-provider';

const NUMBER = 'https://id.oidc.se/claim/personalIdentityNumber';
const [port, redirect, backchannel, secret, ...told] = process.argv.slice(2);
const people = new Map();
for (let at = 0; at < told.length; at += 2) {
  people.set(`subject-${people.size + 1}`, { [NUMBER]: told[at], name: told[at + 1] });
}
const SCOPE = 'https://id.oidc.se/scope/naturalPersonNumber';
const LEVEL = 'http://id.elegnamnden.se/loa/1.0/loa3';

const provider = new Provider(`http://127.0.0.1:${port}`, {
  acrValues: [LEVEL],
  scopes: ['openid', 'profile', SCOPE],
  claims: { openid: ['sub'], profile: ['name'], [SCOPE]: [NUMBER] },
  clients: [{
    client_id: 'ledstang',
    client_secret: secret,
    redirect_uris: [redirect],
    backchannel_logout_uri: backchannel,
    backchannel_logout_session_required: true,
  }],
  cookies: { keys: ['a-key-of-the-tests'] },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
  // The provider reaches no address of this machine by itself, and here everything is on it.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
  async loadExistingGrant(ctx) {
    const { clientId, accountId } = { clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId };
    const grant = new ctx.oidc.provider.Grant({ clientId, accountId });
    grant.addOIDCScope(`openid profile ${SCOPE}`);
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/sign-in/')) return next();
  if (ctx.method === 'POST') {
    const login = { accountId: `subject-${ctx.query.who}`, acr: LEVEL };
    return provider.interactionFinished(ctx.req, ctx.res, { login }, { mergeWithLastSubmission: false });
  }
  ctx.type = 'html';
  const buttons = [...people.values()].map(({ name }, at) => (
    `<form method="post" action="?who=${at + 1}"><button>${people.size > 1 ? `I am ${name}` : 'It is me'}</button></form>`
  ));
  ctx.body = `<!doctype html><title>Provider</title>${buttons.join('')}`;
  return undefined;
});

provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
