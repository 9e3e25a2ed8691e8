import ATProtoData

/// A request that the executable answers. It throws if the answer is `ok: false`.
protocol Operation: SendableMetatype {
  static var name: String { get }

  /// Returns the fields of the answer other than `id` and `ok`.
  static func answer(_ request: Request) throws -> DataObject
}

/// All operations; the answer to any other is `unsupported`.
let operations: [any Operation.Type] = [
  SyntaxOperation.self,
  CBORRoundTripOperation.self,
  JSONToCBOROperation.self,
  CBORToJSONOperation.self,
  VerifySignatureOperation.self,
  DIDKeyOperation.self,
  MSTHeightOperation.self,
  MSTPrefixOperation.self,
  MSTRootOperation.self,
  MSTCommitOperation.self,
  MSTDiffOperation.self,
  LexiconOperation.self,
  RecordOperation.self,
]

/// The reason why a request is answered with `ok: false`.
struct Refusal: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}
