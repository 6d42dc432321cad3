// Runs pa11y over many addresses in one browser, two at a time, and prints what it finds as JSON.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const pa11y = require("pa11y"), puppeteer = require("puppeteer");
const { addresses, executablePath, args } = JSON.parse(process.argv[2]);
const browser = await puppeteer.launch({ executablePath, args, headless: true });
const found = {};
async function work() {
  for (let url = addresses.pop(); url; url = addresses.pop()) {
    const told = await pa11y(url, { browser, runners: ["axe", "htmlcs"], standard: "WCAG2AA", timeout: 60000 });
    found[url] = told.issues.filter((one) => !one.runnerExtras?.needsFurtherReview).map((one) => `${one.code}: ${one.message} at ${one.selector}`);
  }
}
await Promise.all([work(), work()]);
await browser.close();
console.log(JSON.stringify(found));
