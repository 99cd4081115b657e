// A PDF and a picture, made here, for looking at previews.

export function pdfBytes(title: string): Uint8Array<ArrayBuffer> {
  const text = title.replace(/[()\\]/gu, "");
  const pages = [1, 2];
  const stream = (number: number): string => `BT /F1 22 Tf 72 740 Td (${text}) Tj 0 -36 Td /F1 12 Tf (Page ${number}. Made for a test.) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${pages.map((number) => `${3 + number} 0 R`).join(" ")}] /Count ${pages.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...pages.map((number) => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + number} 0 R >>`),
    ...pages.map((number) => `<< /Length ${stream(number).length} >>\nstream\n${stream(number)}\nendstream`),
  ];
  let out = "%PDF-1.4\n";
  const offsets: number[] = [];
  objects.forEach((body, index) => {
    offsets.push(out.length);
    out += `${index + 1} 0 obj\n${body}\nendobj\n`;
  });
  const table = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return new TextEncoder().encode(out);
}

/** A grey 8 × 8 PNG. */
export function pngBytes(): Uint8Array<ArrayBuffer> {
  const base64 = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAFklEQVR4nGNoYGhgYGBoYGBgaGBoAAAQIAIBfvKkJQAAAABJRU5ErkJggg==";
  return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
}
