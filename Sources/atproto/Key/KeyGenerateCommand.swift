import ATProtoCrypto
import ATProtoData
import ArgumentParser

struct KeyGenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Makes a private key and prints it with its public key.",
    discussion: "Whoever sees the output can sign with the key."
  )

  @Option(help: "k256 or p256.", transform: Self.curve)
  var curve = Curve.k256

  @Flag(help: "Prints a JSON object.")
  var json = false

  func run() async throws {
    let key = PrivateKey(generating: curve)
    if json {
      let report: DataValue = [
        "curve": .string(curve.rawValue),
        "privateKeyMultibase": .string(key.multikey),
        "didKey": .string(key.publicKey.didKey),
      ]
      Console.json(report)
      return
    }
    var table = TextTable()
    table.add("curve", curve.rawValue)
    table.add("private key", key.multikey)
    table.add("public key", key.publicKey.didKey)
    table.print()
  }

  private static func curve(_ text: String) throws -> Curve {
    guard let curve = Curve(rawValue: text) else {
      throw ValidationError("'\(text)' is neither k256 nor p256")
    }
    return curve
  }
}
