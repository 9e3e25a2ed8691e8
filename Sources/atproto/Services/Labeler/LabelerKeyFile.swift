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
    let text = Hex.encode(key.rawRepresentation) + "\n"
    // The labels of a labeler depend on its key.
    guard !FileManager.default.fileExists(atPath: path) else {
      throw CommandError(reason: "\(path) exists; use it with --key-file")
    }
    let isCreated = FileManager.default.createFile(
      atPath: path,
      contents: Data(text.utf8),
      attributes: [.posixPermissions: 0o600]
    )
    guard isCreated else { throw CommandError(reason: "cannot write \(path)") }
    return key
  }
}
