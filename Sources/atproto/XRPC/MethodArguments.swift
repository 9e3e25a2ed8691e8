import ATProtoSyntax
import ArgumentParser
import XRPC

/// The method to call, and its parameters as given on the command line.
struct MethodArguments: ParsableArguments {
  @Argument(help: "The NSID of the method.", transform: ParsedArgument.nsid)
  var nsid: NSID

  @Argument(
    help: ArgumentHelp(
      "A parameter; repeat a name to pass an array.",
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

  func validate() throws {
    let name = nsid.string.split(separator: ".").last ?? ""
    if name.hasPrefix("subscribe") {
      throw ValidationError("\(nsid) is a subscription; use atproto firehose")
    }
  }
}
