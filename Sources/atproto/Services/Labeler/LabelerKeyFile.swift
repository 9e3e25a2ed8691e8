import ATProtoCrypto
import ATProtoSyntax
import Foundation

/// The file with the key that signs labels: 64 hexadecimal digits, as in LABELER_SIGNING_KEY_HEX.
enum LabelerKeyFile {
  /// Reads 64 hexadecimal digits, or a multikey as `atproto key generate` prints it.
  static func read(_ path: String) throws -> PrivateKey {
    let text = try PasswordInput.firstLine(of: path)
    if let key = try? PrivateKey(multikey: text) {
      guard key.publicKey.curve == .k256 else {
        throw CommandError(reason: "\(path): labels must be signed with a K-256 key")
      }
      return key
    }
    guard text.utf8.count == 64, let bytes = Hex.decode(text),
      let key = try? PrivateKey(curve: .k256, rawRepresentation: bytes)
    else {
      throw CommandError(
        reason: "\(path) does not contain a K-256 private key of 64 hexadecimal digits"
      )
    }
    return key
  }

  /// Generates a key, and stores it in a new file that only this user can read.
  static func generate(_ path: String) throws -> PrivateKey {
    let key = PrivateKey(generating: .k256)
    // Neither an existing file nor the target of a link is replaced.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else {
      throw CommandError(
        reason: errno == EEXIST
          ? "\(path) exists; use it with --key-file"
          : "cannot write \(path): \(String(cString: strerror(errno)))"
      )
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: Data((Hex.encode(key.rawRepresentation) + "\n").utf8))
    return key
  }
}
