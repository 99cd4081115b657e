// Screens before sign-in, of one's own account, and of administrators and auditors.

import type { NavigationItem, Route } from "../router.svelte";

export const accountRoutes: Route[] = [
  { path: "/sign-in", access: "open", load: () => import("../screens/account/SignIn.svelte") },
  { path: "/account", access: "signed_in", section: "account", load: () => import("../screens/account/Profile.svelte") },
];

export const accountNavigation: NavigationItem[] = [];
