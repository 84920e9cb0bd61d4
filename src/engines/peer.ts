/** Loads an optional peer, or says what to install. */
export async function load<M>(entry: string, peer: string, install: string, importPeer: () => Promise<M>): Promise<M> {
  try {
    return await importPeer();
  } catch (cause) {
    if (!isMissing(cause, peer)) throw cause;
    throw new Error(`${entry} needs ${peer}, which is not installed: npm install ${install}`, { cause });
  }
}

const isMissing = (cause: unknown, peer: string) =>
  (cause as { code?: string }).code === "ERR_MODULE_NOT_FOUND" && (cause as Error).message.includes(`'${peer}'`);
