public import ATProtoData
public import ATProtoSyntax
public import ComAtprotoAPI

/// The labels that authors put on their own records, in the field `labels` (Label specification,
/// "Self-Labels in Records").
///
/// They are part of the record: a label that a labeler puts on its own record is not one of them, even
/// though its source is the author, too.
public enum SelfLabels {
  /// The most labels of a record.
  static let maximumCount = 10

  /// Returns the labels of a record, in order; empty if it has none. Only values of
  /// ``LabelValue/global`` count (guide "Labels").
  ///
  /// They are not signed: "authenticity (signature) is provided by the repository commit signing
  /// mechanism".
  ///
  /// - Parameter createdAt: "The created-at timestamp would be the same as the record itself".
  public static func labels(
    ofRecord record: DataValue,
    uri: ATURI,
    cid: CID,
    author: DID,
    createdAt: Datetime
  ) -> [ComAtproto.Label.Defs.Label] {
    guard let labels = record["labels"], labels.type == "com.atproto.label.defs#selfLabels" else {
      return []
    }
    var seen: Set<String> = []
    return (labels["values"]?.array ?? []).prefix(maximumCount).compactMap { entry in
      guard let value = entry["val"]?.string, LabelValue.global.contains(value),
        seen.insert(value).inserted
      else { return nil }
      return Label(
        ver: 1,
        src: FormatString(author),
        uri: FormatString(uri.string),
        cid: FormatString(cid.string),
        val: value,
        cts: FormatString(createdAt)
      )
    }
  }
}
