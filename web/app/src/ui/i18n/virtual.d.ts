declare module "virtual:catalogue/*" {
  const messages: Record<string, string | import("./message").ParsedMessage>;
  export default messages;
}
declare const __ROGATORY_VERSION__: string;
