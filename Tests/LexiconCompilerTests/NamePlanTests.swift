import ATProtoSyntax
import Lexicon
import LexiconCompiler
import LexiconTemplates
import Testing

@Suite("Name plan")
struct NamePlanTests {
  /// Documents with awkward NSIDs, definitions, properties, values, errors, and members.
  static func documents(seed: UInt64) throws -> [LexiconDocument] {
    var source = NastyNames(seed: seed)
    let place = SourceLocation(path: "x.json", offset: 0, line: 1, column: 1)
    var seen: Set<String> = []
    var documents: [LexiconDocument] = []
    for _ in 0..<24 {
      var segments = ["com", source.segment()]
      for _ in 0..<source.number(below: 3) { segments.append(source.segment()) }
      let text = (segments + [source.nsidName()]).joined(separator: ".")
      guard let nsid = try? NSID(text), seen.insert(text.lowercased()).inserted else { continue }
      let properties = source.names(12).filter { !$0.isEmpty && !$0.hasPrefix("$") }.map { name in
        let kinds: [Schema.Kind] = [
          .integer(IntegerSchema()), .object(ObjectSchema(properties: [])),
          .string(StringSchema(knownValues: source.names(9).map { Located($0, at: place) })),
          .string(StringSchema(enum: source.names(9).map { Located($0, at: place) })),
          .array(ArraySchema(items: Schema(.object(ObjectSchema(properties: [])), at: place))),
        ]
        return PropertySchema(
          name: Located(name, at: place),
          schema: Schema(kinds[source.number(below: kinds.count)], at: place)
        )
      }
      let object = ObjectSchema(properties: properties)
      let errors = source.names(6).map { ErrorSchema(name: Located($0, at: place)) }
      let parameters = ParametersSchema(
        properties: properties.filter { if case .integer = $0.schema.kind { true } else { false } }
      )
      let mains: [Definition.Kind] = [
        .record(RecordSchema(key: Located(.any, at: place), record: object)), .token,
        .query(MethodSchema(parameters: parameters, errors: errors)),
        .schema(Schema(.object(object), at: place)),
        .schema(Schema(.string(StringSchema()), at: place)),
        .schema(
          Schema(
            .string(StringSchema(enum: source.names(9).map { Located($0, at: place) })),
            at: place
          )
        ),
      ]
      var definitions = [
        Definition(
          name: Located("main", at: place),
          description: nil,
          kind: mains[source.number(below: mains.count)]
        )
      ]
      for name in source.names(8) where !name.isEmpty && name != "main" {
        definitions.append(
          Definition(
            name: Located(name, at: place),
            description: nil,
            kind: source.number(below: 3) == 0
              ? .token : .schema(Schema(.object(object), at: place))
          )
        )
      }
      if source.number(below: 4) == 0 { definitions.removeFirst() }
      documents.append(LexiconDocument(id: Located(nsid, at: place), definitions: definitions))
    }
    return documents
  }

  @Test(
    "declarations have distinct names, and none hides a name that generated code uses",
    arguments: UInt64(0)..<8
  )
  func declarations(_ seed: UInt64) throws {
    var options = CompilerOptions()
    options.singleModule = "Everything"
    let modules = Lowering.modules(of: try Self.documents(seed: seed), options: options)
    let module = try #require(modules.first)
    var taken: Set<String> = []
    func claim(_ name: String, in scope: String) {
      #expect(SwiftGrammar.isIdentifier(name), "\(name)")
      #expect(taken.insert("\(scope).\(name)").inserted, "\(scope).\(name)")
    }
    for namespace in module.namespaces where namespace.isDeclared {
      claim(namespace.name, in: namespace.scope ?? "")
    }
    for declaration in module.files.flatMap(\.declarations) {
      claim(declaration.name, in: declaration.scope)
      if case .token = declaration.kind {
      } else {
        #expect(!SwiftKeywords.forbiddenTypes.contains(declaration.name))
      }
      switch declaration.kind {
      case .structure(let structure):
        let names = structure.fields.map(\.name)
        #expect(Set(names).count == names.count && names.allSatisfy(SwiftGrammar.isIdentifier))
        #expect(SwiftKeywords.forbiddenMembers.isDisjoint(with: names))
        for name in ["fields", "nsid"] { claim(name, in: declaration.path) }
      case .openString(let string):
        for value in string.values { claim(value.name, in: declaration.path) }
        claim("knownValues", in: declaration.path)
      case .closedString(let string):
        for value in string.values { claim(value.name, in: declaration.path) }
        claim("allCases", in: declaration.path)
      case .failure(let failures):
        for failure in failures { claim(failure.name, in: declaration.path) }
        claim("unknown", in: declaration.path)
      case .method(let method):
        #expect(!SwiftKeywords.forbiddenMembers.contains(method.callName))
        for name in ["nsid", "Input", "Output", "Message"] { claim(name, in: declaration.path) }
        if !method.hasParameters { claim("Parameters", in: declaration.path) }
        if !method.hasFailures { claim("Failure", in: declaration.path) }
      case .union, .alias, .namespace, .token, .parameters, .permissionSet: break
      }
    }
    for file in module.files where !file.methods.isEmpty {
      for name in ["Calls", "Handler", "routes"] { claim(name, in: file.scope) }
    }
    // Calls of methods and accessors of groups share a scope.
    var calls: Set<String> = []
    for namespace in module.namespaces where namespace.hasCalls {
      let name = "\(namespace.scope ?? "") \(namespace.callName)"
      #expect(calls.insert(name).inserted, "\(name)")
    }
    for file in module.files {
      for case .method(let method) in file.methods.map(\.kind) {
        #expect(calls.insert("\(file.scope) \(method.callName)").inserted, "\(method.nsid)")
      }
    }
  }

  @Test("names do not depend on the order of the documents", arguments: UInt64(0)..<6)
  func order(_ seed: UInt64) throws {
    var source = NastyNames(seed: seed)
    let documents = try Self.documents(seed: seed)
    var options = CompilerOptions()
    options.singleModule = "Everything"
    let expected = try Compiler.compile(documents, options: options).files
    for _ in 0..<2 {
      let files = try Compiler.compile(source.shuffled(documents), options: options).files
      #expect(files == expected)
    }
  }

  @Test(
    "files are in the directory of their module, and their paths differ in more than case",
    arguments: UInt64(0)..<8
  )
  func fileNames(_ seed: UInt64) throws {
    var options = CompilerOptions()
    let documents = try Self.documents(seed: seed)
    for module in [nil, "Everything"] {
      options.singleModule = module
      let output = try Compiler.compile(documents, options: options)
      guard output.diagnostics.isEmpty else { continue }
      #expect(Set(output.files.map { $0.path.lowercased() }).count == output.files.count)
      for path in output.files.map(\.path) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        #expect(
          parts.count == 2
            && parts.allSatisfy { $0.first?.isLetter == true || $0.first?.isNumber == true },
          "\(path)"
        )
        #expect(
          path.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E, 0x2F: true
            default: false
            }
          },
          "\(path)"
        )
        #expect(!path.contains(".."), "\(path)")
      }
    }
  }

  @Test("namespace roots with the same Swift name get distinct types, files, and call names")
  func namespaceRoots() throws {
    let place = SourceLocation(path: "x.json", offset: 0, line: 1, column: 1)
    func document(_ nsid: String) throws -> LexiconDocument {
      LexiconDocument(
        id: Located(try NSID(nsid), at: place),
        definitions: [
          Definition(
            name: Located("main", at: place),
            description: nil,
            kind: .query(MethodSchema())
          )
        ]
      )
    }
    // One module, since both roots give it the same name: two types, two files, two accessors.
    let meeting = [try document("foo.bar-baz.x.get"), try document("foo-bar.baz.x.get")]
    let output = try Compiler.compile(meeting)
    #expect(output.modules.map(\.name) == ["FooBarBazAPI"])
    #expect(
      output.files.map(\.path) == [
        "FooBarBazAPI/Foo-bar.Baz.X.swift", "FooBarBazAPI/Foo.Bar-baz.X.swift",
        "FooBarBazAPI/FooBarBazAPI+Namespaces.swift",
      ]
    )
    let roots = output.modules[0].namespaces.filter { $0.scope == nil }
    #expect(roots.map(\.name).sorted() == ["FooBarBaz", "FooBarBaz_"])
    #expect(roots.map(\.callName).sorted() == ["fooBarBaz", "fooBarBaz_"])

    // Two modules whose names are the same in some file systems.
    let alike = [try document("co.mab.x.get"), try document("com.ab.x.get")]
    let refused = try Compiler.compile(alike)
    #expect(refused.diagnostics.map(\.rule) == ["module-case-conflict"])
    #expect(refused.files.isEmpty)
  }
}
