#pragma once

// What pdf.cpp calls of cairo, Pango and GObject (web/client/late.hpp), all of which libpangocairo brings along. Its
// names hide those of the headers within this namespace.

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "web/client/late.hpp"

namespace rogatory::cli {

#define ROGATORY_PANGOCAIRO "libpangocairo-1.0.so.0"
ROGATORY_LATE_NOTE(ROGATORY_PANGOCAIRO);
inline constexpr const char* kPangocairo = ROGATORY_PANGOCAIRO;

ROGATORY_LATE(kPangocairo, cairo_create);
ROGATORY_LATE(kPangocairo, cairo_destroy);
ROGATORY_LATE(kPangocairo, cairo_fill_preserve);
ROGATORY_LATE(kPangocairo, cairo_line_to);
ROGATORY_LATE(kPangocairo, cairo_move_to);
ROGATORY_LATE(kPangocairo, cairo_pdf_surface_create_for_stream);
ROGATORY_LATE(kPangocairo, cairo_pdf_surface_set_metadata);
ROGATORY_LATE(kPangocairo, cairo_rectangle);
ROGATORY_LATE(kPangocairo, cairo_set_line_width);
ROGATORY_LATE(kPangocairo, cairo_set_source_rgb);
ROGATORY_LATE(kPangocairo, cairo_show_page);
ROGATORY_LATE(kPangocairo, cairo_status);
ROGATORY_LATE(kPangocairo, cairo_stroke);
ROGATORY_LATE(kPangocairo, cairo_surface_destroy);
ROGATORY_LATE(kPangocairo, cairo_surface_finish);
ROGATORY_LATE(kPangocairo, cairo_surface_status);
ROGATORY_LATE(kPangocairo, g_object_unref);
ROGATORY_LATE(kPangocairo, pango_cairo_create_layout);
ROGATORY_LATE(kPangocairo, pango_cairo_show_layout);
ROGATORY_LATE(kPangocairo, pango_font_description_free);
ROGATORY_LATE(kPangocairo, pango_font_description_from_string);
ROGATORY_LATE(kPangocairo, pango_layout_get_size);
ROGATORY_LATE(kPangocairo, pango_layout_set_alignment);
ROGATORY_LATE(kPangocairo, pango_layout_set_font_description);
ROGATORY_LATE(kPangocairo, pango_layout_set_text);
ROGATORY_LATE(kPangocairo, pango_layout_set_width);
ROGATORY_LATE(kPangocairo, pango_layout_set_wrap);

}  // namespace rogatory::cli
