// What an authority writes for itself alone: the words of it. Mirror of platform/model/casebook.hpp.

/** How one dossier stands to another: it follows up, renews or answers it, or both are of one matter. */
export const linkRelations = ["follow_up", "same_matter", "renewal", "reply"] as const;
export type LinkRelation = (typeof linkRelations)[number];
