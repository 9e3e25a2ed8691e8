import ATProtoData

/// What the executable can be asked for. An operation throws where the answer is `ok: false`.
protocol Operation: SendableMetatype {
  static var name: String { get }

  /// The fields of the answer beside `id` and `ok`.
  static func answer(_ request: Request) throws -> DataObject
}

/// All operations; one that is not here is unsupported.
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

/// Why a request is answered with `ok: false`.
struct Refusal: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}
