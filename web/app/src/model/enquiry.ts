// "Does such information exist?", asked without form before a request. Mirror of platform/model/enquiry.hpp.
export const enquiryKinds = ["tracing", "bank_records", "company_register", "property_register", "general"] as const;
export type EnquiryKind = (typeof enquiryKinds)[number];
export const enquiryReplies = ["exists", "does_not_exist", "cannot_say", "ask_formally"] as const;
export type EnquiryReply = (typeof enquiryReplies)[number];
