// Mirror of platform/casework/finding.hpp: something a person should know about what was typed or asked. It refuses
// nothing; "warning.<key>" stands in the catalogue. Dates among the arguments are ISO 8601 under a name that ends in "date".
export interface Finding { key: string; arguments: Record<string, string> }

export const finding = (key: string, args: Record<string, string> = {}): Finding => ({ key, arguments: args });
