// Ranges of addresses as a Party's own rules name them: what the server takes (platform/service/access_rules.cpp), so that
// nothing is signed that it refuses.

const finestV6 = 64;

const isV4 = (text: string): boolean => {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/u.test(part) && Number(part) <= 255);
};

/** How many groups of 16 bits; the last two may be written as an IPv4 address. undefined: that is none. */
function groups(text: string): number | undefined {
  if (text === "") return 0;
  const parts = text.split(":");
  const last = parts.at(-1)!;
  const four = isV4(last);
  const plain = four ? parts.slice(0, -1) : parts;
  return plain.every((part) => /^[0-9A-Fa-f]{1,4}$/u.test(part)) ? plain.length + (four ? 2 : 0) : undefined;
}

function isV6(text: string): boolean {
  const halves = text.split("::");
  const [first, second] = halves.map(groups);
  if (halves.length === 1) return first === 8;
  // An IPv4 address stands at the end alone.
  return halves.length === 2 && first !== undefined && second !== undefined && !halves[0]!.includes(".") && first + second < 8;
}

/** Written into IPv6 as ::ffff:192.0.2.1, it is an address of IPv4 all the same. */
const isMapped = (text: string): boolean => /^(0{0,4}:){1,6}:?ffff:([0-9]+\.[0-9.]+|[0-9a-f]{1,4}:[0-9a-f]{1,4})$/iu.test(text);

export function isAddressRange(text: string): boolean {
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const v4 = isV4(address);
  if (text.length > 64 || (!v4 && !isV6(address))) return false;
  const widest = v4 || isMapped(address) ? 32 : finestV6;
  const bits = text.slice(slash + 1);
  return slash < 0 || (/^[0-9]{1,3}$/u.test(bits) && Number(bits) <= widest);
}
