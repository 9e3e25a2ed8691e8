/// Which departures from the specification a validation tolerates.
public struct ValidationRules: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Nothing but what may be written today.
  public static let strict: ValidationRules = []

  /// Blobs in the deprecated form `{cid, mimeType}`. Data model, "`blob` Type": "Implementations
  /// should not throw errors when encountering the old format, but should never write them".
  public static let allowsLegacyBlobs = ValidationRules(rawValue: 1 << 0)
  /// Blobs whose CID has another codec than `raw`.
  public static let allowsForeignBlobCodecs = ValidationRules(rawValue: 1 << 1)
}
