/** Loads an optional peer, or says what to install. */
export async function load<M>(entry: string, packages: string, importPeer: () => Promise<M>): Promise<M> {
  try {
    return await importPeer();
  } catch (cause) {
    if ((cause as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new Error(`${entry} needs ${packages}, which is not installed: npm install ${packages}`, { cause });
  }
}
