import ATProtoSyntax
import ArgumentParser
import XRPC

/// Which method, and its parameters as they stand on the command line.
struct MethodArguments: ParsableArguments {
  @Argument(help: "The NSID of the method.", transform: Self.nsid)
  var nsid: NSID

  @Argument(
    help: ArgumentHelp(
      "A parameter; a name that comes again makes an array.",
      valueName: "key=value"
    ),
    transform: { text in
      guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
        throw ValidationError("'\(text)' is not key=value")
      }
      return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }
  )
  var pairs: [(String, String)] = []

  var parameters: [(name: String, value: String)] {
    pairs.map { (name: $0.0, value: $0.1) }
  }

  static func nsid(_ text: String) throws -> NSID {
    guard let nsid = try? NSID(text) else { throw ValidationError("'\(text)' is no NSID") }
    return nsid
  }

  func validate() throws {
    let name = nsid.string.split(separator: ".").last ?? ""
    if name.hasPrefix("subscribe") {
      throw ValidationError("\(nsid) is a subscription; see atproto firehose")
    }
  }
}
