// Works of the library: what a version of one is. Mirror of platform/model/library.hpp.
export const workKinds = ["guide", "best_practice", "training", "agreement", "awareness", "other"] as const;
export type WorkKind = (typeof workKinds)[number];
