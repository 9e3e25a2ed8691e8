import ATProtoCrypto
import ATProtoData
import ArgumentParser

struct KeyGenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Generate a private key, and print it with its public key.",
    discussion: """
      Anyone who sees the output can sign with the key. With --json: {"curve", \
      "privateKeyMultibase", "didKey"}.
      """
  )

  @Option(help: "The elliptic curve: k256 or p256.", transform: Self.curve)
  var curve = Curve.k256

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let key = PrivateKey(generating: curve)
    output.print([
      "curve": .string(curve.rawValue),
      "privateKeyMultibase": .string(key.multikey),
      "didKey": .string(key.publicKey.didKey),
    ]) { table in
      table.add("curve", curve.rawValue)
      table.add("private key", key.multikey)
      table.add("public key", key.publicKey.didKey)
    }
  }

  private static func curve(_ text: String) throws -> Curve {
    guard let curve = Curve(rawValue: text) else {
      throw ValidationError("'\(text)' is not a valid curve; use k256 or p256")
    }
    return curve
  }
}
