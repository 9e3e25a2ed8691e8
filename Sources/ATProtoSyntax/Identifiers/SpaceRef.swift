// Proposal 0016, "Space references" (experimental):
//
//   space-ref = "at://" did "/space/" nsid "/" skey
//   skey      = record-key

/// A reference to a permissioned space: its authority, its type, and its key.
///
/// Experimental: the format is part of proposal 0016, not of the specification.
public struct SpaceRef: StringFormat {
  /// The name of the format in Lexicon documents: `space-ref`.
  public static var formatName: String { "space-ref" }

  static let maximumLength = 8192

  /// The string, exactly as it was given.
  public let string: String
  /// The DID of the space authority.
  public let authority: DID
  /// The type of the space.
  public let type: NSID
  /// The key that distinguishes spaces of the same type and authority.
  public let key: RecordKey

  /// Parses a string, all of which must be a reference to a space.
  public init(_ text: String) throws(SyntaxError) {
    do throws(Fault) {
      guard text.utf8.count <= Self.maximumLength else { throw .tooLong(Self.maximumLength) }
      let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 2, parts[0] == "at:", parts[1].isEmpty else {
        throw Fault(.prefix, at: 0, "does not begin with 'at://'")
      }
      guard parts.count == 6, parts[3] == "space" else {
        throw Fault(.incomplete, at: 5, "is not of the form 'at://DID/space/NSID/KEY'")
      }
      authority = try Self.part(parts[2], at: 5, "authority")
      let typeOffset = 5 + parts[2].utf8.count + "/space/".utf8.count
      type = try Self.part(parts[4], at: typeOffset, "type")
      key = try Self.part(parts[5], at: typeOffset + parts[4].utf8.count + 1, "key")
    } catch {
      throw SyntaxError(Self.formatName, error)
    }
    string = text
  }

  private static func part<Format: StringFormat>(
    _ text: String,
    at offset: Int,
    _ name: String
  ) throws(Fault) -> Format {
    do throws(SyntaxError) {
      return try Format(text)
    } catch {
      throw Fault(error.code, at: offset + error.offset, "\(name): \(error.reason)")
    }
  }
}
