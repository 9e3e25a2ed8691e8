import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import ArgumentParser

struct KeyInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show a key's type and encodings.",
    discussion: """
      Pass a private key on standard input, with -, so that it does not appear in the list of \
      processes; it is never printed. The exit status is 1 if the key is not valid. With --json: \
      {"curve", "private", "didKey", "publicKeyMultibase", "compressed"}.
      """
  )

  @Argument(help: "A did:key or a multikey, or - for standard input.")
  var key: String

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (publicKey, isPrivate) = try read(key == "-" ? readLine() ?? "" : key)
    let point = Hex.encode(publicKey.compressed)
    output.print([
      "curve": .string(publicKey.curve.rawValue),
      "private": .boolean(isPrivate),
      "didKey": .string(publicKey.didKey),
      "publicKeyMultibase": .string(publicKey.multikey),
      "compressed": .string(point),
    ]) { table in
      table.add("kind", isPrivate ? "private key" : "public key")
      table.add("curve", publicKey.curve.rawValue)
      table.add("did:key", publicKey.didKey)
      table.add("multikey", publicKey.multikey)
      table.add("point", point)
    }
  }

  private func read(_ text: String) throws -> (PublicKey, isPrivate: Bool) {
    if let key = try? PrivateKey(multikey: text) { return (key.publicKey, true) }
    do {
      let isDIDKey = text.hasPrefix("did:")
      return (try isDIDKey ? PublicKey(didKey: text) : PublicKey(multikey: text), false)
    } catch {
      throw CommandError(reason: "cannot read the key: \(error)")
    }
  }
}
