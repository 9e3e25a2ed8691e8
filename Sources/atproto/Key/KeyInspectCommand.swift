import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import ArgumentParser

struct KeyInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Tells what a key is.",
    discussion: """
      A private key is read from standard input with "-", so that it stands in no list of \
      processes; it is never printed. Exit code 1: no key of the protocol.
      """
  )

  @Argument(help: "A did:key, a multikey, or - for standard input.")
  var key: String

  @Flag(help: "Prints a JSON object.")
  var json = false

  func run() async throws {
    let text = key == "-" ? readLine() ?? "" : key
    let (publicKey, isPrivate) = try read(text)
    let point = Hex.encode(publicKey.compressed)
    if json {
      let report: DataValue = [
        "curve": .string(publicKey.curve.rawValue),
        "private": .boolean(isPrivate),
        "didKey": .string(publicKey.didKey),
        "publicKeyMultibase": .string(publicKey.multikey),
        "compressed": .string(point),
      ]
      Console.json(report)
      return
    }
    var table = TextTable()
    table.add("kind", isPrivate ? "private key" : "public key")
    table.add("curve", publicKey.curve.rawValue)
    table.add("did:key", publicKey.didKey)
    table.add("multikey", publicKey.multikey)
    table.add("point", point)
    table.print()
  }

  private func read(_ text: String) throws -> (PublicKey, isPrivate: Bool) {
    if let key = try? PrivateKey(multikey: text) { return (key.publicKey, true) }
    do {
      let isDIDKey = text.hasPrefix("did:")
      return (try isDIDKey ? PublicKey(didKey: text) : PublicKey(multikey: text), false)
    } catch {
      throw Failure.report("no key of the protocol: \(error)", asJSON: json)
    }
  }
}
