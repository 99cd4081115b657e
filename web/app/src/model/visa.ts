// What an authority may let leave only with a second officer's visa. Mirror of VisaAct in platform/record/register_bodies.hpp.

export const visaActs = ["request", "reply", "share"] as const;
export type VisaAct = (typeof visaActs)[number];
