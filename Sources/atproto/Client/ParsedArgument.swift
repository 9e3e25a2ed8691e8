import ATProtoData
import ATProtoSyntax
import ArgumentParser
import XRPCClient

/// Readers of command-line values, for `transform:`; their errors contain the invalid value.
enum ParsedArgument {
  /// A handle, with or without `@`, or a DID.
  static func identifier(_ text: String) throws -> ATIdentifier {
    do {
      return try ATIdentifier(withoutAt(text))
    } catch {
      throw ValidationError("'\(text)' is \(error)")
    }
  }

  static func nsid(_ text: String) throws -> NSID {
    guard let nsid = try? NSID(text) else {
      throw ValidationError("'\(text)' is not a valid NSID")
    }
    return nsid
  }

  static func cid(_ text: String) throws -> CID {
    guard let cid = try? CID(text) else {
      throw ValidationError("'\(text)' is not a valid CID")
    }
    return cid
  }

  static func endpoint(_ text: String) throws -> ServiceEndpoint {
    guard let service = ServiceEndpoint(text) else {
      throw ValidationError("'\(text)' is not a valid base URL of a server")
    }
    return service
  }

  /// A handle as people write it, without its `@`.
  static func withoutAt(_ text: String) -> String {
    text.hasPrefix("@") ? String(text.dropFirst()) : text
  }
}
