// Screens before sign-in, of one's own account, and of administrators and auditors.

import type { NavigationItem, Route } from "../router.svelte";

export const accountRoutes: Route[] = [
  { path: "/what-the-platform-sees", access: "open", load: () => import("../screens/start/ClearList.svelte") },
  { path: "/when-something-fails", access: "open", load: () => import("../screens/start/WhenSomethingFails.svelte") },
  { path: "/cannot-get-in", access: "open", load: () => import("../screens/start/CannotGetIn.svelte") },
  { path: "/sign-in", access: "open", load: () => import("../screens/account/SignIn.svelte") },
  { path: "/recovery-sheet", access: "open", load: () => import("../screens/account/KitSignIn.svelte") },
  { path: "/take-over", access: "open", load: () => import("../screens/account/TakeOver.svelte") },
  { path: "/enrol", access: "open", load: () => import("../screens/enrol/Enrol.svelte") },

  { path: "/account", access: "signed_in", load: () => import("../screens/account/Profile.svelte") },
  { path: "/account/sessions", access: "signed_in", load: () => import("../screens/account/Sessions.svelte") },
  { path: "/account/passphrase", access: "signed_in", load: () => import("../screens/account/Passphrase.svelte") },
  { path: "/account/recovery-sheet", access: "signed_in", load: () => import("../screens/account/RecoverySheet.svelte") },
  { path: "/account/mails", access: "signed_in", load: () => import("../screens/account/Mails.svelte") },
  { path: "/account/passkeys", access: "signed_in", load: () => import("../screens/account/Passkeys.svelte") },
  { path: "/account/deputies", access: "member", load: () => import("../screens/account/Deputies.svelte") },
  { path: "/account/join", access: "member", load: () => import("../screens/account/Join.svelte") },

  { path: "/admin", access: "staff", section: "board", load: () => import("../screens/admin/Board.svelte") },
  { path: "/admin/parties/new", access: "staff", section: "board", load: () => import("../screens/admin/NewParty.svelte") },
  { path: "/admin/parties/:code", access: "staff", section: "board", load: () => import("../screens/admin/Party.svelte") },
  { path: "/admin/support", access: "staff", section: "support", load: () => import("../screens/admin/Support.svelte") },
  { path: "/admin/accounts", access: "staff", section: "accounts", load: () => import("../screens/admin/Accounts.svelte") },
  { path: "/admin/sessions", access: "staff", section: "sessions", load: () => import("../screens/admin/AllSessions.svelte") },
  { path: "/admin/audit", access: "staff", section: "audit", load: () => import("../screens/admin/Audit.svelte") },
  { path: "/admin/health", access: "staff", section: "health", load: () => import("../screens/admin/Health.svelte") },
];

export const accountNavigation: NavigationItem[] = [
  { section: "board", href: "/admin", text: "navigation.board", access: "staff" },
  { section: "support", href: "/admin/support", text: "navigation.support", access: "staff", roles: ["administrator"] },
  { section: "accounts", href: "/admin/accounts", text: "navigation.accounts", access: "staff", roles: ["administrator"] },
  { section: "sessions", href: "/admin/sessions", text: "navigation.sessions", access: "staff" },
  { section: "audit", href: "/admin/audit", text: "navigation.audit", access: "staff" },
  { section: "health", href: "/admin/health", text: "navigation.health", access: "staff" },
];
