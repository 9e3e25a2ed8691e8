public import ATProtoSyntax

// The texts of `dev.lexgen.index` requests, resolved against a plan.

extension CollectionPlan {
  /// Parses a condition: `path:operator` or `path:operator:value`.
  public func condition(_ text: String) throws(IndexQueryError) -> FieldCondition {
    throw IndexQueryError(.invalidFilter, text)
  }

  /// Parses the path of a field to order by.
  public func order(_ path: String, isDescending: Bool) throws(IndexQueryError) -> RecordOrder {
    throw IndexQueryError(.invalidSort, path)
  }

  /// Resolves a path to fields, for `groupBy` and typed handlers.
  public func field(_ path: String) throws(IndexQueryError) -> QueryField {
    throw IndexQueryError(.unknownField, path)
  }

  /// Parses the words of a search, and the paths of the fields to search.
  public func search(_ text: String, fields: [String]?) throws(IndexQueryError) -> SearchExpression {
    throw IndexQueryError(.invalidRequest, text)
  }
}
