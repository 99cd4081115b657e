#include "web/cli/report/html.hpp"

namespace rogatory::cli {
namespace {

constexpr std::string_view kStyle = R"(
@page{size:A4;margin:18mm 16mm}
body{font:10.5pt/1.4 "Liberation Serif","Times New Roman",serif;color:#111;max-width:178mm;margin:0 auto;padding:8mm}
h1{font-size:19pt;margin:0 0 1mm;border-bottom:.6mm solid #111;padding-bottom:2mm}
h2{font-size:12.5pt;margin:7mm 0 2mm;break-after:avoid}
p{margin:1.5mm 0}.sub{color:#333;margin-bottom:4mm}.small{font-size:9pt;color:#333}
table{border-collapse:collapse;width:100%;margin:2mm 0 4mm;table-layout:fixed}
th,td{border:.2mm solid #777;padding:1.2mm 1.8mm;text-align:start;vertical-align:top;overflow-wrap:anywhere;white-space:pre-line}
th{background:#eee;font-weight:bold}tr{break-inside:avoid}.facts th{width:24%}
ul{list-style:none;padding:0;margin:2mm 0}li{padding-inline-start:6mm;text-indent:-6mm}li b{display:inline-block;width:6mm;text-indent:0}
article+article{break-before:page;border-top:1mm solid #111;margin-top:10mm;padding-top:6mm}
footer{margin-top:6mm;border-top:.2mm solid #777;padding-top:2mm;font-size:8pt;color:#333;overflow-wrap:anywhere}
@media print{body{padding:0;max-width:none}article+article{border-top:0;margin-top:0;padding-top:0}}
)";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

struct Writer {
    std::string& out;

    void operator()(const Heading& one) const { out += "<h2>" + escaped(one.text) + "</h2>\n"; }
    void operator()(const Paragraph& one) const {
        const auto text = escaped(one.text);
        if (one.style == Paragraph::Style::strong) {
            out += "<p><strong>" + text + "</strong></p>\n";
        } else {
            out += one.style == Paragraph::Style::small ? "<p class=\"small\">" : "<p>";
            out += text + "</p>\n";
        }
    }
    void operator()(const Facts& one) const {
        out += "<table class=\"facts\">\n";
        for (const auto& [label, value] : one.lines) {
            out +=
                "<tr><th scope=\"row\">" + escaped(label) + "</th><td dir=\"auto\">" + escaped(value) + "</td></tr>\n";
        }
        out += "</table>\n";
    }
    void operator()(const Rows& one) const {
        out += "<table>\n<colgroup>";
        for (const auto width : one.widths) {
            out += "<col style=\"width:" + std::to_string(static_cast<int>(width * 100)) + "%\">";
        }
        out += "</colgroup>\n<thead><tr>";
        for (const auto& column : one.columns) out += "<th scope=\"col\">" + escaped(column) + "</th>";
        out += "</tr></thead>\n<tbody>\n";
        for (const auto& row : one.rows) {
            out += "<tr>";
            for (const auto& cell : row) out += "<td dir=\"auto\">" + escaped(cell) + "</td>";
            out += "</tr>\n";
        }
        out += "</tbody></table>\n";
    }
    void operator()(const CheckLines& one) const {
        out += "<ul>\n";
        for (const auto& line : one.lines) {
            out += "<li><b>" + std::string{mark_of(line.verdict)} + "</b>" + escaped(line.text) + "</li>\n";
        }
        out += "</ul>\n";
    }
};

}  // namespace

std::string html_report(const std::vector<Page>& pages) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"";
    out += !pages.empty() && pages.front().language == Language::fr ? "fr" : "en";
    out +=
        "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>";
    for (std::size_t i = 0; i < pages.size(); ++i) out += (i > 0 ? " / " : "") + escaped(pages[i].title);
    out += "</title>\n<style>";
    out += kStyle;
    out += "</style>\n</head>\n<body>\n";
    for (const auto& page : pages) {
        out += "<article lang=\"";
        out += page.language == Language::fr ? "fr" : "en";
        out += "\">\n<h1>" + escaped(page.title) + "</h1>\n<p class=\"sub\">" + escaped(page.subtitle) + "</p>\n";
        for (const auto& block : page.blocks) std::visit(Writer{out}, block);
        out += "<footer>" + escaped(page.foot) + "</footer>\n</article>\n";
    }
    return out + "</body>\n</html>\n";
}

}  // namespace rogatory::cli
