public import LexiconTemplates
import Templating

extension Emitter {
  /// The protocols for handlers of the methods of modules: a file for each NSID group with queries
  /// or procedures, sorted by path. Paths are relative to the output directory.
  public func indexHandlerFiles(of modules: [SwiftModule]) -> [OutputFile] {
    modules.flatMap { module in
      module.files.compactMap { indexHandlerFile(of: $0, in: module) }
    }.sorted { $0.path < $1.path }
  }

  private func indexHandlerFile(of file: SwiftFile, in module: SwiftModule) -> OutputFile? {
    let paths = Set(file.declarations.map(\.path))
    let views = file.methods.compactMap { indexHandlerView(of: $0, taken: paths) }
    guard !views.isEmpty else { return nil }
    var needs = ImportNeeds()
    needs.modules = [module.name, "AppView"]
    let text = header(source: "the lexicons of \(file.group)", imports: needs)
    return OutputFile(
      path: NSIDGroup(file.group).fileName(inSharedModule: true),
      content: text + views.map(renderIndexHandler).joined()
    )
  }

  /// The view of a query or procedure; nil for a subscription.
  private func indexHandlerView(
    of declaration: Declaration,
    taken paths: Set<String>
  ) -> TemplateView? {
    guard case .method(let method) = declaration.kind else { return nil }
    let role: String
    switch method.verb {
    case .query: role = "Query"
    case .procedure: role = "Procedure"
    case .subscription: return nil
    }
    // A type of the schema with this name is in the module of the types.
    let name = "IndexHandler"
    return TemplateView([
      "path": declaration.path,
      "access": access,
      "nsid": method.nsid,
      "name": paths.contains("\(declaration.path).\(name)") ? "\(name)_" : name,
      "role": role,
    ])
  }
}
