import Foundation
import Lexicon
import LexiconCompiler
import LexiconTemplates
import Testing

@Suite("Modules of the output")
struct ModuleTests {
  /// An object whose properties refer to the main definitions of `others`.
  static func object(_ nsid: String, _ others: String...) -> SourceFile {
    let properties = others.enumerated()
      .map { "\"p\($0)\": {\"type\": \"ref\", \"ref\": \"\($1)\"}" }.joined(separator: ", ")
    let text = """
      {"lexicon": 1, "id": "\(nsid)", "defs":
      {"main": {"type": "object", "properties": {\(properties)}}}}
      """
    return SourceFile(path: "\(nsid).json", bytes: Array(text.utf8))
  }

  static func documents(_ files: SourceFile...) throws -> [LexiconDocument] {
    let checked = CheckedCatalog.check(files)
    try #require(checked.diagnostics == [])
    return checked.catalog.documents
  }

  @Test("a module imports the modules of the types it uses, with aliases resolved")
  func imports() throws {
    let alias = """
      {"lexicon": 1, "id": "com.two.list", "defs":
      {"main": {"type": "array", "items": {"type": "ref", "ref": "com.three.thing"}}}}
      """
    let documents = try Self.documents(
      Self.object("com.one.user", "com.two.list"),
      SourceFile(path: "list.json", bytes: Array(alias.utf8)),
      Self.object("com.three.thing")
    )
    let output = try Compiler.compile(documents)
    #expect(output.diagnostics == [])
    let imports = output.modules.map { ($0.name, $0.imports) }
    #expect(imports.map(\.0) == ["ComOneAPI", "ComThreeAPI", "ComTwoAPI"])
    #expect(imports.map(\.1) == [["ComThreeAPI"], [], ["ComThreeAPI"]])
    let user = try #require(output.files.first { $0.path == "ComOneAPI/Com.One+Root.swift" })
    #expect(user.content.contains("public import ComThreeAPI\n"))
    #expect(user.content.contains("public var p0: Optional<[ComThree.Thing]>\n"))
  }

  @Test("modules that import each other are an error that suggests a fix")
  func cycle() throws {
    let documents = try Self.documents(
      Self.object("com.one.a", "com.two.b"),
      Self.object("com.two.b", "com.three.c"),
      Self.object("com.three.c", "com.one.a"),
      Self.object("com.four.d", "com.one.a")
    )
    let output = try Compiler.compile(documents)
    #expect(
      output.diagnostics.map(\.description) == [
        """
        com.one.a.json:1:22: error: circular references between the modules ComOneAPI, ComThreeAPI, \
        ComTwoAPI; put the namespace roots com.one, com.three, com.two into one module with \
        'targets' in lexgen.yaml, or generate a single module [module-cycle]
        """
      ]
    )
    #expect(output.files.isEmpty)

    var options = CompilerOptions()
    options.modules = ["com.one": "Circle", "com.two": "Circle", "com.three": "Circle"]
    let together = try Compiler.compile(documents, options: options)
    #expect(together.diagnostics == [])
    #expect(together.modules.map(\.name) == ["Circle", "ComFourAPI"])
    options.modules = [:]
    options.singleModule = "Everything"
    #expect(try Compiler.compile(documents, options: options).modules.map(\.name) == ["Everything"])
  }

  @Test("external modules are imported and not emitted")
  func external() throws {
    let outside = try Self.documents(Self.object("com.one.a"))
    let checked = CheckedCatalog.check([Self.object("com.two.b", "com.one.a")], external: outside)
    try #require(checked.diagnostics == [])
    var options = CompilerOptions()
    options.singleModule = "Own"
    options.externalModules = ["com.one": "Theirs"]
    let output = try Compiler.compile(
      checked.catalog.documents,
      external: outside,
      options: options
    )
    #expect(output.modules.map(\.name) == ["Own"])
    #expect(output.modules.map(\.imports) == [["Theirs"]])
    #expect(!output.files.contains { $0.content.contains("enum ComOne ") })
    #expect(output.files.contains { $0.content.contains("public import Theirs\n") })
  }

  @Test(
    "all declarations and imports have the access level of the options",
    arguments: CompilerOptions.Access.allCases
  )
  func access(_ access: CompilerOptions.Access) throws {
    var options = CompilerOptions()
    options.access = access
    options.singleModule = "Own"
    for snapshot in Snapshot.all {
      let documents = CheckedCatalog.check(try snapshot.sources()).catalog.documents
      for file in try Compiler.compile(documents, options: options).files {
        let code = try ScannedSwift(file.content).code
        let words = Set(code.split { " \n(".contains($0) }.map(String.init))
        #expect(words.contains("public") == (access == .public), "\(file.path)")
        #expect(words.contains("package") == (access == .package), "\(file.path)")
      }
    }
  }

  @Test("only the requested parts are emitted")
  func parts() throws {
    let snapshot = try #require(Snapshot.all.first { $0.feature == "procedure" })
    let documents = CheckedCatalog.check(try snapshot.sources()).catalog.documents
    func text(_ parts: Set<CompilerOptions.Part>) throws -> String {
      var options = CompilerOptions()
      options.parts = parts
      return try Compiler.compile(documents, options: options).files.map(\.content).joined()
    }
    let types = try text([.types])
    #expect(types.contains("struct Input: LexiconObject, XRPCBody"))
    #expect(!types.contains("Calls") && !types.contains("XRPCRoute"))
    let client = try text([.types, .client])
    #expect(client.contains(".Calls {") && !client.contains("XRPCRoute"))
    let server = try text([.types, .server])
    #expect(!server.contains("Calls") && server.contains("protocol Handler: Sendable"))
  }

  @Test("the printed representation shows boxes and key order")
  func printer() throws {
    let snapshot = try #require(Snapshot.all.first { $0.feature == "recursion" })
    let documents = CheckedCatalog.check(try snapshot.sources()).catalog.documents
    let text = try Compiler.compile(documents).modules.map(IRPrinter.text).joined()
    #expect(text.contains("next: ExampleRecursion.Defs.List? boxed"))
    #expect(text.contains("order next value"))
  }

  @Test("the modules of the runtime package are those of its products")
  func runtimeModules() throws {
    let manifest = URL(filePath: #filePath).resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "../../Package.swift")
    var products: [String: String] = [:]
    for line in try String(contentsOf: manifest, encoding: .utf8).split(separator: "\n") {
      // .library(name: "ToolsOzoneAPI", targets: ["ToolsOzoneAPI", "ChatBskyAPI"]),
      let names = line.split(separator: "\"").enumerated().filter { $0.offset % 2 == 1 }
        .map { String($0.element) }
      guard line.contains(".library("), let product = names.first, product.hasSuffix("API") else {
        continue
      }
      for module in names.dropFirst() { products[module] = product }
    }
    #expect(products == RuntimePackage.generatedModules)
  }
}
