// Screens of the work itself: files, people, States and bodies, alarms.

import type { NavigationItem, Route } from "../router.svelte";

export const caseworkRoutes: Route[] = [];
export const caseworkNavigation: NavigationItem[] = [];
