// A line between browser and server: so many bytes a second for all connections together in each direction, which may be
// changed or cut while it is used. It carries TLS and sees nothing of it.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface SlowLine {
  port: number;
  bytesPerSecond: number;
  up: number;
  /** Every connection breaks, as where a cable is pulled; `off`: none is made, either, until it is put back. */
  cut(): void;
  off: boolean;
  close(): void;
}

export async function slowLine(to: number, bytesPerSecond: number): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  const free = { up: 0, down: 0 };
  const carry = (from: Socket, into: Socket, way: "up" | "down"): void => {
    from.on("data", (piece) => {
      if (way === "up") line.up += piece.length;
      const now = Date.now();
      free[way] = Math.max(free[way], now) + (piece.length * 1000) / line.bytesPerSecond;
      from.pause();
      setTimeout(() => {
        if (into.writable) into.write(piece);
        from.resume();
      }, free[way] - now);
    });
    from.on("end", () => into.end());
    for (const event of ["error", "close"] as const) from.on(event, () => into.destroy());
  };
  const server = createServer((browser) => {
    if (line.off) {
      browser.destroy();
      return;
    }
    const peer = connect(to, "127.0.0.1");
    for (const socket of [browser, peer]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    carry(browser, peer, "up");
    carry(peer, browser, "down");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const line: SlowLine = {
    port: (server.address() as AddressInfo).port, bytesPerSecond, up: 0, off: false,
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
  return line;
}
