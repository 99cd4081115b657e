#include "web/cli/report/pdf.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "web/cli/report/pango.hpp"

namespace rogatory::cli {
namespace {

// Points, 72 an inch.
constexpr double kWidth = 595.276, kHeight = 841.89;  // A4
constexpr double kLeft = 51, kTop = 51, kBottom = 60, kText = kWidth - 2 * kLeft;
constexpr double kPadding = 4;

struct FreeSurface {
    void operator()(cairo_surface_t* one) const noexcept { cairo_surface_destroy(one); }
};
struct FreeContext {
    void operator()(cairo_t* one) const noexcept { cairo_destroy(one); }
};
struct FreeObject {
    void operator()(PangoLayout* one) const noexcept { g_object_unref(one); }
};
struct FreeFont {
    void operator()(PangoFontDescription* one) const noexcept { pango_font_description_free(one); }
};
using Layout = std::unique_ptr<PangoLayout, FreeObject>;

cairo_status_t collect(void* closure, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

// The first of a text, at most so many bytes, cut at a space where there is one and never inside a character.
std::string take_piece(std::string& rest, std::size_t most) {
    if (rest.size() <= most) return std::exchange(rest, {});
    auto at = rest.find_last_of(" \n", most);
    if (at == std::string::npos || at == 0) at = most;
    while (at > 1 && (static_cast<unsigned char>(rest[at]) & 0xC0U) == 0x80U) --at;
    auto piece = rest.substr(0, at);
    rest.erase(0, at);
    return piece;
}

class Sheets {
public:
    explicit Sheets(std::string& out)
        : surface_{cairo_pdf_surface_create_for_stream(collect, &out, kWidth, kHeight)},
          cairo_{cairo_create(surface_.get())} {}

    void page(const Page& page) {
        foot_ = page.foot;
        if (number_ > 0) next_sheet();
        if (number_ == 0) begin_sheet();
        text(page.title, "Liberation Serif, DejaVu Serif Bold 19", 0, kText);
        line(kLeft, kLeft + kText, y_ + 3, 1.4);
        y_ += 9;
        text(page.subtitle, "Liberation Serif, DejaVu Serif 11", 0, kText);
        y_ += 4;
        for (const auto& block : page.blocks) {
            std::visit([this](const auto& one) { draw(one); }, block);
        }
    }
    [[nodiscard]] bool finish() {
        if (number_ > 0) end_sheet();
        cairo_surface_finish(surface_.get());
        return cairo_status(cairo_.get()) == CAIRO_STATUS_SUCCESS &&
               cairo_surface_status(surface_.get()) == CAIRO_STATUS_SUCCESS;
    }
    void about(const std::string& title) {
        cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
        cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATOR, "Rogatory");
    }

private:
    [[nodiscard]] Layout layout(const std::string& words, const char* font, double width) const {
        Layout made{pango_cairo_create_layout(cairo_.get())};
        const std::unique_ptr<PangoFontDescription, FreeFont> description{pango_font_description_from_string(font)};
        pango_layout_set_font_description(made.get(), description.get());
        pango_layout_set_width(made.get(), static_cast<int>(width * PANGO_SCALE));
        pango_layout_set_wrap(made.get(), PANGO_WRAP_WORD_CHAR);
        pango_layout_set_text(made.get(), words.data(), static_cast<int>(words.size()));
        return made;
    }
    static double height_of(const Layout& made) {
        int width = 0;
        int height = 0;
        pango_layout_get_size(made.get(), &width, &height);
        return static_cast<double>(height) / PANGO_SCALE;
    }
    void show(const Layout& made, double x, double y) {
        cairo_move_to(cairo_.get(), x, y);
        pango_cairo_show_layout(cairo_.get(), made.get());
    }
    void line(double from, double to, double y, double thickness) {
        cairo_set_line_width(cairo_.get(), thickness);
        cairo_move_to(cairo_.get(), from, y);
        cairo_line_to(cairo_.get(), to, y);
        cairo_stroke(cairo_.get());
    }

    void begin_sheet() {
        ++number_;
        y_ = kTop;
        cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
    }
    void end_sheet() {
        const auto y = kHeight - kBottom + 14;
        line(kLeft, kLeft + kText, y, 0.4);
        show(layout(foot_, "Liberation Sans, DejaVu Sans 6.5", kText - 50), kLeft, y + 4);
        const auto number = layout(std::to_string(number_), "Liberation Sans, DejaVu Sans 8", 40);
        pango_layout_set_alignment(number.get(), PANGO_ALIGN_RIGHT);
        show(number, kLeft + kText - 40, y + 4);
        cairo_show_page(cairo_.get());
    }
    void next_sheet() {
        end_sheet();
        begin_sheet();
    }
    // A new sheet where the rest of this one is too short.
    void need(double height) {
        if (y_ + height > kHeight - kBottom && y_ > kTop) next_sheet();
    }

    // A text line by line, over sheets where it must be.
    void text(const std::string& words, const char* font, double indent, double width) {
        const auto made = layout(words, font, width - indent);
        const auto height = height_of(made);
        need(height);
        show(made, kLeft + indent, y_);
        y_ += height;
    }

    void draw(const Heading& one) {
        need(70);  // not alone at the foot of a sheet
        y_ += 12;
        text(one.text, "Liberation Serif, DejaVu Serif Bold 13", 0, kText);
        y_ += 4;
    }
    void draw(const Paragraph& one) {
        const auto* font = one.style == Paragraph::Style::strong  ? "Liberation Serif, DejaVu Serif Bold 10.5"
                           : one.style == Paragraph::Style::small ? "Liberation Serif, DejaVu Serif 9.5"
                                                                  : "Liberation Serif, DejaVu Serif 10.5";
        text(one.text, font, 0, kText);
        y_ += 3;
    }
    void draw(const CheckLines& one) {
        for (const auto& check : one.lines) {
            const auto made = layout(check.text, "Liberation Serif, DejaVu Serif 10", kText - 16);
            need(height_of(made));
            show(layout(std::string{mark_of(check.verdict)}, "DejaVu Sans 9", 14), kLeft, y_ + 1);
            show(made, kLeft + 16, y_);
            y_ += height_of(made) + 1.5;
        }
        y_ += 5;
    }

    // As many rows as it takes for each to fit on a sheet.
    void rows(std::vector<std::string> cells, const std::vector<double>& widths, bool first_is_head) {
        bool more = true;
        while (more) {
            std::vector<std::string> now;
            more = false;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                now.push_back(take_piece(cells[i], static_cast<std::size_t>(3200 * widths[i])));
                more = more || !cells[i].empty();
            }
            row(now, widths, false, first_is_head);
        }
    }
    // One row of a table with its frame: never torn.
    void row(const std::vector<std::string>& cells, const std::vector<double>& widths, bool head, bool first_is_head) {
        std::vector<Layout> layouts;
        double height = 0;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool bold = head || (first_is_head && i == 0);
            layouts.push_back(layout(
                cells[i], bold ? "Liberation Serif, DejaVu Serif Bold 9.5" : "Liberation Serif, DejaVu Serif 9.5",
                widths[i] * kText - 2 * kPadding));
            height = std::max(height, height_of(layouts.back()));
        }
        height += 2 * kPadding - 2;
        need(height);
        double x = kLeft;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto width = widths[i] * kText;
            cairo_rectangle(cairo_.get(), x, y_, width, height);
            if (head || (first_is_head && i == 0)) {
                cairo_set_source_rgb(cairo_.get(), 0.93, 0.93, 0.93);
                cairo_fill_preserve(cairo_.get());
            }
            cairo_set_source_rgb(cairo_.get(), 0.4, 0.4, 0.4);
            cairo_set_line_width(cairo_.get(), 0.4);
            cairo_stroke(cairo_.get());
            cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
            show(layouts[i], x + kPadding, y_ + kPadding - 1);
            x += width;
        }
        y_ += height;
    }
    void draw(const Facts& one) {
        for (const auto& [label, value] : one.lines) rows({label, value}, {0.22, 0.78}, true);
        y_ += 8;
    }
    void draw(const Rows& one) {
        row(one.columns, one.widths, true, false);
        for (const auto& cells : one.rows) {
            rows(cells, one.widths, false);
        }
        y_ += 8;
    }

    std::unique_ptr<cairo_surface_t, FreeSurface> surface_;
    std::unique_ptr<cairo_t, FreeContext> cairo_;
    std::string foot_;
    int number_ = 0;
    double y_ = 0;
};

}  // namespace

Result<std::string> pdf_report(const std::vector<Page>& pages) {
    std::string out;
    {
        Sheets sheets{out};
        std::string title;
        for (const auto& page : pages) title += (title.empty() ? "" : " / ") + page.title;
        sheets.about(title);
        for (const auto& page : pages) sheets.page(page);
        if (!sheets.finish()) return fail(ErrorCode::unavailable, "custody.pdf");
    }
    return out;
}

}  // namespace rogatory::cli
