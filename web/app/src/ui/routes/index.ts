import type { NavigationItem, Route } from "../router.svelte";
import { accountNavigation, accountRoutes } from "./account";
import { caseworkNavigation, caseworkRoutes } from "./casework";

export const routes: readonly Route[] = [...accountRoutes, ...caseworkRoutes];
export const navigation: readonly NavigationItem[] = [...caseworkNavigation, ...accountNavigation];
