import ATProtoSyntax
import Lexicon

/// The definitions of a document and everything in it that names a definition or a property.
struct DocumentOutline {
  /// A name that may lead to a definition.
  struct Site {
    enum Kind: Hashable {
      /// The `ref` of a ref.
      case ref
      /// An element of the `refs` of a union.
      case member
      /// An element of `knownValues`, which may name a token.
      case token
      /// An element of `collection` in a permission.
      case collection
      /// An element of `lxm` in a permission.
      case method
    }

    var kind: Kind
    var token: SyntaxNode.Token
    var target: DefinitionName
  }

  /// A name in `required` or `nullable`, with the key of its property.
  struct PropertySite {
    var token: SyntaxNode.Token
    var property: SyntaxNode.Token
  }

  /// A property with the object or the parameters that it belongs to.
  struct Property {
    var key: SyntaxNode.Token
    var node: SyntaxNode
    var owner: SyntaxNode
  }

  struct Definition {
    var name: DefinitionName
    var key: SyntaxNode.Token
    var node: SyntaxNode
    var type: String { node["type"]?.token?.text ?? "" }
  }

  /// The NSID of the document, with its domain authority in lowercase.
  private(set) var nsid: String?
  private(set) var definitions: [Definition] = []
  private(set) var sites: [Site] = []
  private(set) var propertySites: [PropertySite] = []
  private(set) var properties: [Property] = []

  /// - Parameter root: the document, or nil if nothing of it can be recognized.
  init(_ root: SyntaxNode?) {
    guard let root, root["lexicon"] != nil || root["defs"] != nil else { return }
    nsid = root["id"]?.token.flatMap { DefinitionName.normalized($0.text) }
    for member in root["defs"]?.members ?? [] {
      guard let node = member.value else { continue }
      definitions.append(
        Definition(
          name: DefinitionName(nsid: nsid ?? "", name: member.key.text),
          key: member.key,
          node: node
        )
      )
      add(definition: node)
    }
  }

  func definition(_ name: String) -> Definition? {
    definitions.first { $0.name.name == name }
  }

  private mutating func add(definition node: SyntaxNode) {
    switch node["type"]?.token?.text {
    case "record":
      if let record = node["record"] { add(schema: record) }
    case "query", "procedure", "subscription":
      for part in ["parameters", "input", "output", "message"] {
        guard let part = node[part] else { continue }
        add(schema: part["schema"] ?? part)
      }
    case "permission-set":
      for permission in node["permissions"]?.elements ?? [] {
        add(names: permission["collection"], .collection)
        add(names: permission["lxm"], .method)
      }
    default: add(schema: node)
    }
  }

  private mutating func add(schema node: SyntaxNode) {
    let properties = node["properties"]?.members ?? []
    let names = ["required", "nullable"].flatMap { node[$0]?.elements ?? [] }.compactMap(\.token)
    if !names.isEmpty {
      let keys = Dictionary(properties.map { ($0.key.text, $0.key) }) { first, _ in first }
      for token in names {
        guard let key = keys[token.text] else { continue }
        propertySites.append(PropertySite(token: token, property: key))
      }
    }
    for property in properties {
      guard let value = property.value else { continue }
      self.properties.append(Property(key: property.key, node: value, owner: node))
      add(schema: value)
    }
    if let items = node["items"] { add(schema: items) }
    switch node["type"]?.token?.text {
    case "ref": add(name: node["ref"]?.token, .ref)
    case "union": add(names: node["refs"], .member)
    case "string": add(names: node["knownValues"], .token)
    default: break
    }
  }

  private mutating func add(names node: SyntaxNode?, _ kind: Site.Kind) {
    guard let node else { return }
    if node.token != nil { add(name: node.token, kind) }
    for element in node.elements { add(name: element.token, kind) }
  }

  private mutating func add(name token: SyntaxNode.Token?, _ kind: Site.Kind) {
    guard let token, let target = DefinitionName(reference: token.text, in: nsid) else { return }
    sites.append(Site(kind: kind, token: token, target: target))
  }
}

/// The full name of a definition.
struct DefinitionName: Hashable {
  var nsid: String
  /// `main` if a reference has no fragment.
  var name: String

  init(nsid: String, name: String) {
    self.nsid = nsid
    self.name = name
  }

  /// Resolves a reference: an NSID, `nsid#name`, or `#name`. Returns nil if it is not one.
  init?(reference text: String, in document: String?) {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    name = parts.count == 2 ? String(parts[1]) : "main"
    guard let first = parts.first, !name.isEmpty else { return nil }
    if first.isEmpty {
      guard parts.count == 2 else { return nil }
      nsid = document ?? ""
    } else {
      guard let nsid = Self.normalized(String(first)) else { return nil }
      self.nsid = nsid
    }
  }

  /// The NSID with its domain authority in lowercase, or nil if it is not an NSID.
  static func normalized(_ text: String) -> String? {
    (try? NSID(text))?.normalized.string
  }

  /// As references in other documents spell it.
  var text: String { name == "main" ? nsid : "\(nsid)#\(name)" }
}
