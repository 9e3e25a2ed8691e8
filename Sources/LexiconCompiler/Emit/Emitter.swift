public import LexiconTemplates
import Templating

/// Renders the intermediate representation to files.
///
/// Statements are built in Swift, and the frames around them are laid out by templates. The
/// ``SwiftModule`` determines all names and shapes.
public struct Emitter {
  let options: CompilerOptions
  let access: String
  private let templates: TemplateLibrary

  /// Parses the templates.
  public init(options: CompilerOptions) throws {
    self.options = options
    access = options.access == .internal ? "" : options.access.rawValue + " "
    templates = try TemplateLibrary(TemplateSources.swift)
  }

  /// The files of `module`, sorted by path; paths are relative to the module's directory.
  public func files(of module: SwiftModule) -> [OutputFile] {
    var files = [namespaceFile(of: module)]
    for file in module.files {
      files.append(OutputFile(path: file.fileName, content: content(of: file, in: module)))
    }
    return files.sorted { $0.path < $1.path }
  }

  static func namespaceFileName(ofModule name: String) -> String { "\(name)+Namespaces.swift" }

  /// The `Package.swift` of a package that has a target and a product for each module.
  public func manifest(
    named name: String,
    modules: [SwiftModule],
    runtime: RuntimePackage
  ) -> OutputFile {
    let view = TemplateView([
      "name": SwiftLiteral.string(name),
      "runtime": runtime.dependency,
      "runtimeName": SwiftLiteral.string(runtime.name),
      "modules": modules.map { module in
        TemplateView([
          "name": SwiftLiteral.string(module.name),
          "imports": dependencies(module.imports, runtime),
          "runtimeName": SwiftLiteral.string(runtime.name),
        ])
      },
    ])
    return OutputFile(path: "Package.swift", content: templates.render(view, with: "manifest"))
  }

  /// The elements of a target's `dependencies` for imported modules. Two modules may be in one
  /// product.
  private func dependencies(_ modules: [String], _ runtime: RuntimePackage) -> [String] {
    let package = SwiftLiteral.string(runtime.name)
    var seen: Set<String> = []
    return modules.map { module in
      guard let product = RuntimePackage.generatedModules[module] else {
        return SwiftLiteral.string(module)
      }
      return ".product(name: \(SwiftLiteral.string(product)), package: \(package))"
    }.filter { seen.insert($0).inserted }
  }

  private func content(of file: SwiftFile, in module: SwiftModule) -> String {
    var text = header(
      source: "the lexicons of \(file.group)",
      imports: ImportNeeds(file, options: options, module: module.name)
    )
    for declaration in file.declarations {
      text += render(declaration)
    }
    guard !file.methods.isEmpty else { return text }
    if options.parts.contains(.client) {
      text += templates.render(callsView(of: file), with: "calls")
    }
    if options.parts.contains(.server) {
      text += templates.render(handlerView(of: file), with: "handler")
    }
    return text
  }

  private func render(_ declaration: Declaration) -> String {
    switch declaration.kind {
    case .structure(let structure) where structure.fields.count > Self.widestStructure:
      templates.render(wideView(of: structure, declaration), with: "wideStructure")
    case .structure(let structure):
      templates.render(view(of: structure, declaration), with: "structure")
    case .union(let union):
      templates.render(view(of: union, declaration), with: "union")
    case .openString(let string):
      templates.render(view(of: string.values, declaration), with: "openString")
    case .closedString(let string):
      templates.render(view(of: string.values, declaration), with: "closedString")
    case .alias(let type):
      templates.render(
        TemplateView(base(declaration).merging(["type": type.spelled]) { $1 }),
        with: "alias"
      )
    case .namespace:
      templates.render(TemplateView(base(declaration)), with: "namespace")
    case .token(let id):
      templates.render(
        TemplateView(base(declaration).merging(["literal": SwiftLiteral.string(id)]) { $1 }),
        with: "token"
      )
    case .method(let method):
      templates.render(view(of: method, declaration), with: "method")
    case .parameters(let parameters) where parameters.fields.count > Self.widestStructure:
      templates.render(wideView(of: parameters, declaration), with: "wideParameters")
    case .parameters(let parameters):
      templates.render(view(of: parameters, declaration), with: "parameters")
    case .failure(let failures):
      templates.render(view(of: failures, declaration), with: "failure")
    case .permissionSet(let set, let nsid):
      templates.render(view(of: set, nsid: nsid, declaration), with: "permissionSet")
    }
  }

  /// The values that all views of declarations share.
  func base(_ declaration: Declaration) -> [String: any TemplateValue] {
    [
      "scope": declaration.scope,
      "name": SwiftKeywords.spelled(declaration.name),
      "access": access,
      "doc": documentation(declaration.documentation),
    ]
  }

  /// The lines of a documentation comment.
  func documentation(_ text: String?, indentedBy indentation: Int = 2) -> [String] {
    guard let text else { return [] }
    return SwiftLiteral.commentLines(text, width: 96 - indentation).map {
      $0.isEmpty ? "///" : "/// \($0)"
    }
  }

  func header(source: String, imports: ImportNeeds) -> String {
    templates.render(
      TemplateView(["source": source, "imports": imports.lines(access: options.access)]),
      with: "header"
    )
  }

  func renderIndexHandler(_ view: TemplateView) -> String {
    templates.render(view, with: "indexHandler")
  }

  func renderNamespaces(_ view: TemplateView) -> String {
    templates.render(view, with: "namespaces")
  }
}
