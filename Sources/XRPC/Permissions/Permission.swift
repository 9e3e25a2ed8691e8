/// One permission of a permission set: what it is about, and how it is narrowed.
///
/// Permissions specification, "Resource Types". A reader that meets an unknown resource or an
/// unexpected field must ignore the whole permission, so nothing is dropped here.
public struct Permission: Hashable, Sendable {
  /// One parameter of a permission.
  public struct Field: Hashable, Sendable {
    public var name: String
    public var value: PermissionValue

    public init(name: String, value: PermissionValue) {
      self.name = name
      self.value = value
    }
  }

  /// `repo`, `rpc`, `blob`, `identity`, `account`, or one not known yet.
  public var resource: String
  /// Every property but `type` and `resource`, in the order of the document.
  public var fields: [Field]

  public init(resource: String, fields: KeyValuePairs<String, PermissionValue> = [:]) {
    self.resource = resource
    self.fields = fields.map { Field(name: $0.key, value: $0.value) }
  }

  public subscript(name: String) -> PermissionValue? {
    fields.first { $0.name == name }?.value
  }
}
