// The states of a language version. Mirror of platform/model/language_version.hpp.
export const versionStates = ["asked", "delivered", "revised"] as const;
export type VersionState = (typeof versionStates)[number];
