"""Pages of rankings and bulletins; the admin classes hang them into the site."""
