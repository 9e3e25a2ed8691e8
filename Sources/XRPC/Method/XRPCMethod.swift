public import ATProtoData

/// What a query, a procedure and a subscription have in common.
///
/// Generated caseless enums conform; a descriptor carries no state, only types and names.
public protocol XRPCMethod: Sendable {
  associatedtype Parameters: XRPCParameters
  associatedtype Failure: XRPCFailure

  static var nsid: String { get }
}

/// A method called with GET, which changes nothing.
public protocol XRPCQuery: XRPCMethod {
  associatedtype Output: XRPCBody

  /// The MIME type or pattern (`image/*`) of the response; nil where no output is declared.
  static var outputEncoding: String? { get }
}

/// A method called with POST.
public protocol XRPCProcedure: XRPCMethod {
  associatedtype Input: XRPCBody
  associatedtype Output: XRPCBody

  /// The MIME type or pattern of the request; nil where no input is declared.
  static var inputEncoding: String? { get }
  /// The MIME type or pattern of the response; nil where no output is declared.
  static var outputEncoding: String? { get }
}

/// A method that answers with an event stream.
public protocol XRPCSubscription: XRPCMethod {
  associatedtype Message: LexiconUnion
}

extension XRPCQuery {
  public static var outputEncoding: String? {
    Output.self == NoBody.self ? nil : "application/json"
  }
}

extension XRPCProcedure {
  public static var inputEncoding: String? {
    Input.self == NoBody.self ? nil : "application/json"
  }

  public static var outputEncoding: String? {
    Output.self == NoBody.self ? nil : "application/json"
  }
}
