/** The signals by which a user stops the program. */
export const SIGNALS = ["SIGINT", "SIGTERM"] as const;
