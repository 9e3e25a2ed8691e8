import ATProtoCrypto
import Foundation

/// Reads passwords, but never from the command line, which other users can see.
enum PasswordInput {
  private static let maximumBytes = 4096

  /// Reads a password from the first line of a file, from `ATPROTO_PASSWORD`, or from standard
  /// input, without echo on a terminal.
  static func password(file: String?) throws -> String {
    if let file { return try firstLine(of: file) }
    if let password = ProcessInfo.processInfo.environment["ATPROTO_PASSWORD"] {
      return try checked(password[...])
    }
    return try checked((typed() ?? "")[...])
  }

  static func firstLine(of file: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: file),
      let data = try handle.read(upToCount: maximumBytes)
    else { throw CommandError(reason: "cannot read \(file)") }
    return try checked(String(decoding: data, as: UTF8.self).prefix { !$0.isNewline })
  }

  /// A random password of 160 bits, to be shown once.
  static func generated() -> String {
    SecureRandom.base32(20)
  }

  private static func typed() -> String? {
    guard isatty(STDIN_FILENO) == 1 else { return readLine() }
    FileHandle.standardError.write(Data("Password: ".utf8))
    var shown = termios()
    guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
      Console.error("")
    }
    return readLine()
  }

  private static func checked(_ password: Substring) throws -> String {
    guard !password.isEmpty else {
      throw CommandError(
        reason: "missing password; use --password-file, ATPROTO_PASSWORD or standard input"
      )
    }
    return String(password)
  }
}
