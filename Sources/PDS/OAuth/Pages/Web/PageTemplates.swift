import Templating

/// The templates of the pages, embedded in the program.
enum PageTemplates: String, CaseIterable {
  case account
  case accounts
  case consent
  case form
  case formPost
  case layout
  case message
  case style

  private var source: [UInt8] {
    switch self {
    case .account: PackageResources.account_mustache
    case .accounts: PackageResources.accounts_mustache
    case .consent: PackageResources.consent_mustache
    case .form: PackageResources.form_mustache
    case .formPost: PackageResources.formPost_mustache
    case .layout: PackageResources.layout_mustache
    case .message: PackageResources.message_mustache
    case .style: PackageResources.style_mustache
    }
  }

  static func library() throws -> TemplateLibrary {
    try TemplateLibrary(
      Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.source) })
    )
  }
}
