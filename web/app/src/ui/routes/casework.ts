// Screens of the work itself: files, people, States and bodies, alarms.

import type { NavigationItem, Route } from "../router.svelte";

const file = "/files/:chain";
const item = `${file}/items/:seq`;

export const caseworkRoutes: Route[] = [
  { path: "/inbox", access: "member", section: "files", load: () => import("../screens/dossiers/Inbox.svelte") },
  { path: "/search", access: "member", section: "files", load: () => import("../screens/dossiers/Search.svelte") },
  { path: "/unfinished", access: "member", section: "files", load: () => import("../screens/send/Unfinished.svelte") },
  { path: "/drafts", access: "member", section: "send", load: () => import("../screens/drafts/Drafts.svelte") },
  { path: "/drafts/:chain", access: "member", section: "send", load: () => import("../screens/drafts/Draft.svelte") },
  { path: "/drafts/:chain/change", access: "member", section: "send", load: () => import("../screens/send/Send.svelte") },
  { path: "/requests/new", access: "member", section: "send", load: () => import("../screens/requests/NewRequest.svelte") },
  { path: "/requests/report", access: "member", section: "files", load: () => import("../screens/requests/Report.svelte") },
  { path: "/send/file", access: "member", section: "send", load: () => import("../screens/send/SealToFile.svelte") },
  { path: "/send", access: "member", section: "send", load: () => import("../screens/send/Send.svelte") },
  { path: file, access: "member", section: "files", load: () => import("../screens/dossiers/Dossier.svelte") },
  { path: `${file}/reply`, access: "member", section: "files", load: () => import("../screens/send/Reply.svelte") },
  { path: `${file}/pass-on`, access: "member", section: "files", load: () => import("../screens/dossiers/PassOn.svelte") },
  { path: `${file}/consent`, access: "member", section: "files", load: () => import("../screens/dossiers/Consent.svelte") },
  { path: `${file}/disclosure`, access: "member", section: "files", load: () => import("../screens/dossiers/Disclosure.svelte") },
  { path: `${file}/access`, access: "member", section: "files", load: () => import("../screens/dossiers/Access.svelte") },
  { path: `${file}/restrictions`, access: "member", section: "files", load: () => import("../screens/dossiers/ChangeRestrictions.svelte") },
  { path: `${file}/close`, access: "member", section: "files", load: () => import("../screens/dossiers/Close.svelte") },
  { path: `${file}/request`, access: "member", section: "files", load: () => import("../screens/requests/Asked.svelte") },
  { path: `${file}/request/:act`, access: "member", section: "files", load: () => import("../screens/requests/RequestAct.svelte") },
  { path: `${file}/check`, access: "member", section: "files", load: () => import("../screens/dossiers/Check.svelte") },
  { path: `${file}/evidence`, access: "member", section: "files", load: () => import("../screens/dossiers/Evidence.svelte") },
  { path: item, access: "member", section: "files", load: () => import("../screens/dossiers/Item.svelte") },
  { path: `${item}/withdraw`, access: "member", section: "files", load: () => import("../screens/dossiers/WithdrawItem.svelte") },
  { path: `${item}/save/:attachment`, access: "member", section: "files", load: () => import("../screens/dossiers/Save.svelte") },
  { path: `${item}/view/:attachment`, access: "member", section: "files", load: () => import("../screens/dossiers/Preview.svelte") },
  { path: "/people", access: "member", section: "people", load: () => import("../screens/people/People.svelte") },
  { path: "/people/invite", access: "member", section: "people", load: () => import("../screens/people/Invite.svelte") },
  { path: "/people/invite-many", access: "member", section: "people", load: () => import("../screens/people/InviteMany.svelte") },
  { path: "/people/add-authority", access: "member", section: "people", load: () => import("../screens/people/AddAuthority.svelte") },
  { path: "/people/new-keys", access: "member", section: "people", load: () => import("../screens/people/NewKeys.svelte") },
  { path: "/people/authority-keys", access: "member", section: "people", load: () => import("../screens/people/AuthorityKeys.svelte") },
  { path: "/people/key-record", access: "member", section: "people", load: () => import("../screens/people/KeyRecord.svelte") },
  { path: "/people/invitations", access: "member", section: "people", load: () => import("../screens/people/Approve.svelte") },
  { path: "/people/invitations/:invitation", access: "member", section: "people", load: () => import("../screens/people/Approve.svelte") },
  { path: "/people/recovery", access: "member", section: "people", load: () => import("../screens/people/Recovery.svelte") },
  { path: "/people/recovery/set", access: "member", section: "people", load: () => import("../screens/people/RecoverySet.svelte") },
  { path: "/people/recovery/drill", access: "member", section: "people", load: () => import("../screens/people/RecoveryDrill.svelte") },
  { path: "/people/recovery/:authority/begin", access: "member", section: "people", load: () => import("../screens/people/RecoveryBegin.svelte") },
  { path: "/people/recovery/:authority/:invitation", access: "member", section: "people", load: () => import("../screens/people/RecoveryDecide.svelte") },
  { path: "/people/former", access: "member", section: "people", load: () => import("../screens/people/FormerMembers.svelte") },
  { path: "/people/rotation", access: "member", section: "people", load: () => import("../screens/people/Rotation.svelte") },
  { path: "/people/:member/kept", access: "member", section: "people", load: () => import("../screens/people/Kept.svelte") },
  { path: "/people/:member/role", access: "member", section: "people", load: () => import("../screens/people/Role.svelte") },
  { path: "/people/:member/trouble", access: "member", section: "people", load: () => import("../screens/people/Trouble.svelte") },
  { path: "/states", access: "member", section: "states", load: () => import("../screens/parties/Parties.svelte") },
  { path: "/states/check-sheet", access: "member", section: "states", load: () => import("../screens/parties/CheckSheet.svelte") },
  { path: "/states/sheet", access: "member", section: "states", load: () => import("../screens/parties/Sheet.svelte") },
  { path: "/states/:code/given-again", access: "member", section: "states", load: () => import("../screens/parties/GivenAgain.svelte") },
  { path: "/states/:code", access: "member", section: "states", load: () => import("../screens/parties/Party.svelte") },
  // Also while locked: a log that forks lets nobody in, and its evidence, which holds nothing secret, must be had then.
  { path: "/alarms", access: "open", section: "log", load: () => import("../screens/alarms/Alarms.svelte") },
  { path: "/alarms/:name", access: "open", section: "log", load: () => import("../screens/alarms/Alarm.svelte") },
  // Also for whoever is not let in because the log is shorter than before: what lies here repairs it, and needs no key.
  { path: "/log/repair", access: "open", section: "log", load: () => import("../screens/alarms/Repair.svelte") },
  { path: "/log", access: "member", section: "log", load: () => import("../screens/alarms/Log.svelte") },
  { path: "/verify", access: "open", load: () => import("../screens/parties/Verify.svelte") },
];

export const caseworkNavigation: NavigationItem[] = [
  { section: "files", href: "/inbox", text: "navigation.files", access: "member" },
  { section: "send", href: "/send", text: "navigation.send", access: "member", roles: ["officer", "custodian", "service"] },
  { section: "people", href: "/people", text: "navigation.people", access: "member" },
  { section: "states", href: "/states", text: "navigation.states", access: "member" },
  { section: "log", href: "/log", text: "navigation.log", access: "member" },
];
