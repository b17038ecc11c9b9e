"use strict";

const page = document.getElementById("swagger-ui");

SwaggerUIBundle({
  url: page.dataset.url,
  domNode: page,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false, // a token stays in the page, not in the browser's storage
  tryItOutEnabled: false,
  validatorUrl: null, // no badge from a server on the Internet
});
