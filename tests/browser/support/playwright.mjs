// playwright-core and axe as the web client's lock file has them; the tests have no packages of their own.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../web/app/package.json", import.meta.url));
export const { chromium } = require("playwright-core");
export const { AxeBuilder } = require("@axe-core/playwright");
export const web = (name) => require(name);
