/// Names that Swift or the generated code reserves.
package enum SwiftKeywords {
  /// Whether the name needs backticks in a declaration or on its own.
  package static func needsBackticks(_ name: String) -> Bool {
    reserved.contains(name)
  }

  /// The identifier in source, with backticks if needed.
  package static func spelled(_ name: String) -> String {
    needsBackticks(name) ? "`\(name)`" : name
  }

  private static let reserved: Set<String> = [
    "any", "as", "associatedtype", "async", "await", "borrowing", "break", "case", "catch",
    "class", "consuming", "continue", "default", "defer", "deinit", "do", "each", "else", "enum",
    "extension", "fallthrough", "false", "fileprivate", "for", "func", "guard", "if", "import",
    "in", "indirect", "inout", "internal", "is", "isolated", "lazy", "let", "nil", "nonisolated",
    "operator", "package", "precedencegroup", "private", "protocol", "public", "repeat",
    "rethrows", "return", "sending", "some", "static", "struct", "subscript", "super",
    "switch", "throw", "throws", "true", "try", "typealias", "unsafe", "var", "weak", "where",
    "while", "yield",
  ]

  /// Property names that are not allowed even in backticks, or that a protocol requires with
  /// another type.
  ///
  /// Methods and static members with the same name are allowed, because Swift distinguishes them.
  package static let forbiddenMembers: Set<String> = [
    "self", "Self", "init", "deinit", "subscript", "Type", "Protocol", "hashValue",
    "unknownFields",
  ]

  /// The same for the cases of a union.
  package static let forbiddenCases: Set<String> = [
    "self", "Self", "init", "deinit", "subscript", "Type", "Protocol", "hashValue", "hash",
    "unknown", "members", "encode", "validate", "none", "some", "dataValue", "errorBody",
    "allCases", "rawValue", "knownValues", "description", "cborBytes", "jsonBytes", "jsonString",
    "encodeCBOR",
  ]

  /// Type names that generated code uses unqualified: a nested type of the same name would hide them.
  package static let forbiddenTypes: Set<String> = [
    "Type", "Protocol", "Self", "Any", "AnyObject", "Never", "Void", "Error", "Swift", "String",
    "StaticString", "Int", "Bool", "Optional", "Array", "Sendable", "Hashable", "Equatable",
    "CaseIterable", "RawRepresentable", "RawValue", "AllCases", "StringLiteralType",
    "UnicodeScalarLiteralType", "ExtendedGraphemeClusterLiteralType",
    "Blob", "Box", "Bytes", "CID", "DataError", "DataReader", "DataValue", "DataWriter",
    "FieldTable", "LexiconClosedString", "LexiconObject", "LexiconOpenString", "LexiconRecord",
    "LexiconUnion", "LexiconValue", "MemberTable", "Nullable", "UnknownFields", "Validator",
    "ATIdentifier", "ATURI", "CIDString", "DID", "Datetime", "FormatString", "Handle", "Language",
    "NSID", "RecordKey", "RecordKeyType", "SpaceRef", "TID", "URIString",
    "CallOptions", "JSONBody", "NoBody", "NoParameters", "ParameterError", "ParameterReader",
    "ParameterWriter", "Permission", "PermissionSet", "RawBody", "UnknownFailure", "XRPCBody",
    "XRPCCalling", "XRPCError", "XRPCErrorBody", "XRPCEventStream", "XRPCFailure", "XRPCParameters",
    "XRPCMethodNotImplemented", "XRPCProcedure", "XRPCProcedureRequest", "XRPCQuery",
    "XRPCRequest", "XRPCRoute", "XRPCSubscription",
  ]
}
