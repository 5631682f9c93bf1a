package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"webex-scheduler/manifest"
)

// sendManifest sends what Outlook installs: GET /manifest.xml.
func (s *Server) sendManifest(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, "application/xml; charset=utf-8", s.manifest)
}

// sendManifestIcon sends a picture that Outlook shows: GET /manifest/{icon}.
// Outlook shows a placeholder for one that must not be kept.
// https://learn.microsoft.com/javascript/api/manifest/image
func (s *Server) sendManifestIcon(c echo.Context) error {
	icon, ok := manifest.Icon(c.Param("icon"))
	if !ok {
		return echo.ErrNotFound
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=86400")
	return c.Blob(http.StatusOK, "image/png", icon)
}
