/** Faults in what the user gave. Everything else that is thrown is a fault of the program. */

export class UserError extends Error {
  /** 1 for faults of data and of running, 2 for faults of usage. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A package that a file's type needs is not there: no fault of that file. */
export class MissingPackage extends UserError {}

export const dataError = (message: string): UserError => new UserError(message, 1);
export const usageError = (message: string): UserError => new UserError(message, 2);

const reasons: Record<string, string> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "reading or writing it is not allowed",
  EPERM: "reading or writing it is not allowed",
  EISDIR: "it is a folder, expected a file",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "its name is too long",
  EIO: "the disk cannot be read",
};

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "code" in error && "syscall" in error;

const hasCode = (error: unknown, code: string) => isSystemError(error) && error.code === code;

/** As `fileError`, for a file that is written: what may be missing is its folder. */
export const writeError = (path: string, error: unknown): unknown =>
  hasCode(error, "ENOENT") ? dataError(`${path}: there is no such folder`) : fileError(path, error);

/** What the operating system said about a file, as a fault of data; anything else as it is. */
export function fileError(path: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return dataError(`${path}: ${reasons[error.code ?? ""] ?? error.message}`);
}
