const reasons: Record<string, string> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system can only be read",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is a file",
};

/** What the operating system refused to do with a file, as a sentence; nothing for any other error. */
export function fileProblem(error: unknown): string | undefined {
  const { code = "", path, syscall = "use" } = error as NodeJS.ErrnoException;
  const reason = reasons[code];
  return reason && path ? `Cannot ${syscall} ${path}: ${reason}` : undefined;
}
