/// What a reader keeps only for input out of the ordinary.
///
/// Behind one reference that most documents never need: five collections in the reader itself had
/// to be made and released for every document, which took more than a hundred instructions.
final class ReaderNotes {
  /// The types of objects that the search for a union's passed over.
  var ahead = LookAhead()
  /// The member type that the next union has, where it stands outside the data.
  var presetType: String?
  /// JSON: marks of seen keys for objects of more than 64 fields.
  var wideSeen: [UInt64] = []
  /// The unknown fields of the objects that are being read, the innermost object's last.
  var unknownEntries: [DataObject.Entry] = []
  /// Those of the object that ended last, of those that have any.
  var endedFields = UnknownFields()
}
